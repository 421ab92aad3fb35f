/**
 * `node hosted-app-child.ts PORT FLAG…`: stands for the app that the host on the port serves as `serve FLAG…` would.
 * The app ends with this process.
 */
import { connect } from "node:net";

const [port, ...words] = process.argv.slice(2);
const host = connect(Number(port), "127.0.0.1");
host.write(JSON.stringify(words));
host.pipe(process.stderr);
host.on("close", () => process.exit(1));

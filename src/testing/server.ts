import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "../app.ts";
import { SUPERUSERS } from "../auth/superusers.ts";
import { newAuthToken } from "../auth/tokens.ts";
import { createApp, type ServerOptions } from "../embed.ts";
import { PasswordValue } from "../fields/password.ts";

export type TestServerOptions = Partial<ServerOptions> & {
  /** Environment variables set while the server lives, and put back after. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where to listen; a free port of the loopback address when absent. */
  readonly http?: string;
};

/** A real server on a free port of the loopback address, in a temporary data folder. */
export interface TestServer {
  readonly url: string;
  /** Another one after each restart. */
  readonly app: App;
  readonly dataDir: string;
  /** Makes a superuser, whose password is `1234567890`, and gives a token of theirs. */
  superuserToken(email?: string): Promise<string>;
  /** Stops the server; the data folder goes too unless it was given. */
  close(): Promise<void>;
}

/** Starts a server for a test. Close it after: open servers keep the process alive. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { env = {}, http = "127.0.0.1:0", ...serverOptions } = options;
  const restore = setEnvironment(env);
  const dataDir =
    options.dataDir ?? join(mkdtempSync(join(tmpdir(), "generatio-test-")), "pb_data");
  const server = createApp({ ...serverOptions, dataDir });
  const url = await server.listen({ http }).catch(async (error: unknown) => {
    restore();
    throw error;
  });
  return {
    url,
    get app() {
      return server.app;
    },
    dataDir,
    async superuserToken(email = "root@example.com") {
      const record = server.app.newRecord(SUPERUSERS, { email });
      record.setRaw("password", PasswordValue.fromHash(PASSWORD_HASH));
      await server.app.save(record);
      return newAuthToken(record);
    },
    async close() {
      await server.stop();
      restore();
      if (!options.dataDir) rmSync(join(dataDir, ".."), { recursive: true, force: true });
    },
  };
}

/** Of `1234567890`, at bcrypt's lowest cost: a test that needs a superuser need not wait for a hash. */
const PASSWORD_HASH = "$2b$04$Ku4yL/xnC1TOx00mqaCQx.I1DnHZfWsYciR.z1zUc0wA6IEGmkJ/i";

function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

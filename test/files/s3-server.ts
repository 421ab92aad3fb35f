import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";
import { type S3Access, S3Client } from "../../src/files/storage/s3-client.ts";

/** The only account that the server knows. */
const ACCOUNT = "S3RVER";

/** A ready-made S3 server on the loopback address, which does not check the signatures of requests. */
export interface S3Server {
  /** Makes an empty bucket and says how to reach it. */
  bucket(): Promise<S3Access>;
  readonly port: number;
  close(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), "generatio-s3-"));
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    serviceEndpoint: "localhost",
  });
  const { port } = await server.run();
  let count = 0;
  return {
    port,
    async bucket() {
      const access = {
        bucket: `files${++count}`,
        region: "us-east-1",
        endpoint: `http://127.0.0.1:${port}`,
        accessKey: ACCOUNT,
        secret: ACCOUNT,
        forcePathStyle: true,
      };
      await new S3Client(access).send({ method: "PUT" });
      return access;
    },
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

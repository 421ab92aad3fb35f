/* The test kit, public: what the engine's own tests and those of extensions use. */
export { startTestServer } from "./server.ts";
export type { TestServer, TestServerOptions } from "./server.ts";

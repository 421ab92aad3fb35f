/* The test kit, public: what the engine's own tests and those of extensions use. */
export { startTestServer } from "./server.ts";
export type { TestServer, TestServerOptions } from "./server.ts";
export { fieldContract, ODD_VALUES } from "./field-contract.ts";
export type { ContractCase, FieldContractOptions } from "./field-contract.ts";
export { startMailbox } from "./smtp.ts";
export type { Mailbox, ReceivedMail } from "./smtp.ts";
export { startOAuth2Provider } from "./oauth2.ts";
export type { CodeOptions, ProviderRequest, TestProvider } from "./oauth2.ts";
export { storageDriverChecks } from "./storage-driver-checks.ts";
export type { StorageDriverCheck } from "./storage-driver-checks.ts";
export { TestEventSource } from "./event-source.ts";

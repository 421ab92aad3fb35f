import type { App } from "../app.ts";
import { HookEvent } from "../events/hook.ts";
import {
  ApiError,
  type ApiErrorOptions,
  badRequest,
  forbidden,
  internalError,
  notFound,
  tooManyRequests,
  unauthorized,
} from "../lib/errors.ts";
import { expandIp } from "../lib/ip.ts";
import { stringifyJson } from "../lib/json.ts";
import { pickFields } from "../lib/picker.ts";
import type { UploadedFile } from "../lib/upload.ts";
import type { RecordModel } from "../records/record.ts";
import type { RequestInfo } from "../records/request-info.ts";
import { isMultipart } from "./body.ts";
import { isPromise } from "./chain.ts";
import type { ResponseBody } from "./outgoing.ts";
import type { Query } from "./query.ts";
import { type Content, serveContent } from "./serve-content.ts";
import type { RequestState } from "./state.ts";

/** Returned by everything that answers, so that an action may end with `return event.json(…)`. */
const ANSWERED: Promise<void> = Promise.resolve();

/**
 * One request on its way through middlewares, action and hooks (PocketBase: core.RequestEvent). Events of
 * nouns extend it and share its state; each keeps its own place in its own chain.
 */
export class RequestEvent extends HookEvent {
  readonly state: RequestState;
  /** The app that handlers work with; a handler may put a transaction's app in its place. */
  app: App;

  constructor(state: RequestState) {
    super();
    this.state = state;
    this.app = state.app;
  }

  /** Who makes the request; undefined for guests. */
  get auth(): RecordModel | undefined {
    return this.state.auth;
  }

  set auth(record: RecordModel | undefined) {
    this.state.auth = record;
  }

  // The request

  get method(): string {
    return this.state.incoming.method;
  }

  /** The path as received, not decoded. */
  get path(): string {
    return this.state.path;
  }

  /** Path and query as received. */
  get url(): string {
    return this.state.incoming.url;
  }

  /** Host and port the client asked for. */
  get host(): string {
    return this.state.incoming.host;
  }

  get isTls(): boolean {
    return this.state.incoming.isTls;
  }

  /** Decoded path parameters by name. */
  get params(): Readonly<Record<string, string>> {
    return this.state.params;
  }

  get query(): Query {
    return this.state.query;
  }

  /** Aborted when the client goes away before the answer is complete. */
  get signal(): AbortSignal {
    return this.state.incoming.signal;
  }

  /** The first line of a request header. */
  header(name: string): string | undefined {
    return this.state.incoming.header(name);
  }

  /**
   * The submitted values: JSON, form or the text parts of multipart. Always the same object.
   *
   * @throws ApiError 413 above the limit, 400 for what cannot be parsed
   */
  async body(): Promise<Record<string, unknown>> {
    return (await this.state.bound()).values;
  }

  /**
   * Uploads by part name (`avatar`, `avatar+`).
   *
   * @throws ApiError as `body`; Error for a multipart body of no length at all
   */
  async files(): Promise<Map<string, UploadedFile[]>> {
    const { incoming } = this.state;
    if (incoming.contentLength === 0 && isMultipart(incoming))
      throw new Error("the multipart body is empty");
    return (await this.state.bound()).files;
  }

  /**
   * The body as sent, for signatures over it. With multipart to be asked for before `body` and `files`.
   *
   * @throws ApiError 413 above the limit
   */
  bytes(): Promise<Buffer> {
    return this.state.bytes();
  }

  /** The request as rules see it. @throws ApiError as `body` */
  requestInfo(): Promise<RequestInfo> {
    return this.state.info();
  }

  hasSuperuserAuth(): boolean {
    return this.auth?.collection.name === "_superusers";
  }

  /** The other end of the connection: behind a proxy that is the proxy. */
  remoteIP(): string {
    return this.state.incoming.remoteIp;
  }

  /** The client's address by the configured proxy headers, else `remoteIP`. Trust it only behind that proxy. */
  realIP(): string {
    const { headers, useLeftmostIP } = this.app.settings.trustedProxy;
    for (const name of headers) {
      // The last line is the one that the proxy controls.
      const parts = this.state.incoming.headerLines(name).at(-1)?.split(",") ?? [];
      const addresses = parts
        .map((part) => expandIp(part.trim()))
        .filter((address) => address !== "");
      const address = addresses.at(useLeftmostIP ? 0 : -1);
      if (address !== undefined) return address;
    }
    return this.remoteIP();
  }

  /** A value kept for this request. */
  get(key: string): unknown {
    return this.state.get(key);
  }

  set(key: string, value: unknown): void {
    this.state.set(key, value);
  }

  // The answer. Nothing is sent before the outermost handler has returned; until then the last one counts, and
  // an error changes it no more.

  get isWritten(): boolean {
    return this.state.answer !== undefined;
  }

  /** Status of the answer as decided so far; 0 when there is none. */
  get status(): number {
    return this.state.answer?.status ?? 0;
  }

  setHeader(name: string, value: string): void {
    this.state.headers[name.toLowerCase()] = value;
  }

  /** Adds a line to a header. */
  appendHeader(name: string, value: string): void {
    const key = name.toLowerCase();
    const present = this.state.headers[key];
    this.state.headers[key] = present === undefined ? value : [present, value].flat();
  }

  removeHeader(name: string): void {
    delete this.state.headers[name.toLowerCase()];
  }

  /** A header of the answer; several lines are joined. */
  responseHeader(name: string): string | undefined {
    const value = this.state.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /**
   * Answers with JSON. A 2xx answer is reduced to what the query parameter `fields` asks for.
   *
   * @throws ApiError 400 when that expression is wrong
   */
  json(status: number, value: unknown): Promise<void> {
    return this.#write(status, "application/json", stringifyJson(this.#pick(status, value)));
  }

  text(status: number, text: string): Promise<void> {
    return this.#write(status, "text/plain; charset=utf-8", text);
  }

  html(status: number, html: string): Promise<void> {
    return this.#write(status, "text/html; charset=utf-8", html);
  }

  blob(status: number, contentType: string, bytes: Uint8Array): Promise<void> {
    return this.#write(status, contentType, bytes);
  }

  /** Sends what the stream gives, as it comes, after the handlers have returned. Cancelled when the client goes away. */
  stream(status: number, contentType: string, stream: ResponseBody): Promise<void> {
    return this.#write(status, contentType, stream);
  }

  /** Answers with a content: whole, in the ranges asked for, or 304 by the conditions of the request. */
  serve(content: Content): Promise<void> {
    return serveContent(this, content);
  }

  noContent(status = 204): Promise<void> {
    this.state.write(status, undefined);
    return ANSWERED;
  }

  /** @param status 300 to 399 */
  redirect(status: number, location: string): Promise<void> {
    if (status < 300 || status > 399) throw internalError("Invalid redirect status code");
    this.setHeader("location", encodeNonAscii(location));
    return this.noContent(status);
  }

  /** Answers with a web `Response`; its headers win over those set so far. */
  response(response: Response): Promise<void> {
    for (const [name, value] of response.headers) {
      if (name !== "set-cookie") this.state.headers[name] = value;
    }
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) this.state.headers["set-cookie"] = cookies;
    this.state.write(response.status, response.body ?? undefined);
    return ANSWERED;
  }

  /** For the router: sends what an action returned instead of writing. */
  finish(value: unknown): void | Promise<void> {
    if (value === undefined || value === ANSWERED) return;
    if (isPromise(value)) return value.then((settled) => this.finish(settled));
    void (value instanceof Response ? this.response(value) : this.json(200, value));
  }

  // Errors to throw

  error(status: number, message?: string, options?: ApiErrorOptions): ApiError {
    return new ApiError(status, message, options);
  }

  badRequest(message?: string, options?: ApiErrorOptions): ApiError {
    return badRequest(message, options);
  }

  unauthorized(message?: string, options?: ApiErrorOptions): ApiError {
    return unauthorized(message, options);
  }

  forbidden(message?: string, options?: ApiErrorOptions): ApiError {
    return forbidden(message, options);
  }

  notFound(message?: string, options?: ApiErrorOptions): ApiError {
    return notFound(message, options);
  }

  tooManyRequests(message?: string, options?: ApiErrorOptions): ApiError {
    return tooManyRequests(message, options);
  }

  internalError(message?: string, options?: ApiErrorOptions): ApiError {
    return internalError(message, options);
  }

  #write(status: number, contentType: string, body: ResponseBody): Promise<void> {
    this.state.implyType(contentType);
    this.state.write(status, body);
    return ANSWERED;
  }

  #pick(status: number, value: unknown): unknown {
    const fields = status >= 200 && status <= 299 ? this.query.get("fields") : undefined;
    if (!fields) return value;
    try {
      return pickFields(value, fields);
    } catch (error) {
      throw badRequest("", { cause: error });
    }
  }
}

/** Header values are ASCII: everything else is percent-encoded as UTF-8. */
function encodeNonAscii(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}

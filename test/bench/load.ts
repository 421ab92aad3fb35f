/** Asks a server many questions at once and measures what each costs it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

export interface Question {
  readonly method: string;
  readonly url: string;
  readonly token?: string;
  readonly body?: unknown;
}

export interface Load {
  readonly requests: number;
  readonly concurrency: number;
  /** Of the server, when its processor time is wanted. */
  readonly pid: number | undefined;
}

export interface Measurement {
  /** Microseconds of processor time per request; undefined without a process id. */
  readonly cpu: number | undefined;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers per second: also a figure of whoever asks, on a machine that both share. */
  readonly rate: number;
}

/** @param next gives the question of each number */
export async function askMany(next: (index: number) => Question, load: Load): Promise<Measurement> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.concurrency });
  const times: number[] = [];
  let index = 0;
  const before = load.pid === undefined ? undefined : processorTime(load.pid);
  const begun = performance.now();
  const askOn = async () => {
    while (index < load.requests) {
      const question = next(index++);
      const started = performance.now();
      await ask(agent, question);
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: load.concurrency }, askOn));
  const seconds = (performance.now() - begun) / 1000;
  const after = load.pid === undefined ? undefined : processorTime(load.pid);
  agent.destroy();
  times.sort((a, b) => a - b);
  return {
    cpu: before === undefined ? undefined : (after! - before) / load.requests,
    p50: times[Math.floor(times.length * 0.5)] ?? Number.NaN,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    rate: load.requests / seconds,
  };
}

/** The middle of the values that are there. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}

function ask(agent: Agent, { method, url, token, body }: Question): Promise<void> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(token !== undefined && { authorization: token }),
    ...(text !== undefined && {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    }),
  };
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method, headers }, (answer) => {
      answer.on("error", reject).on("end", resolve);
      answer.resume();
      const status = answer.statusCode ?? 0;
      if (status >= 300) reject(new Error(`${method} ${url} was answered ${status}`));
    });
    call.on("error", reject);
    call.end(text);
  });
}

let ticksPerSecond: number | undefined;

/** Microseconds that a process and those it started have used so far, in their code and in the system's for it. */
export function processorTime(pid: number): number {
  ticksPerSecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field, the program's name in brackets, may hold blanks. Own times, then those of ended children.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter(Boolean);
  const own = (ticks / ticksPerSecond) * 1_000_000;
  return children.reduce((sum, child) => sum + processorTime(Number(child)), own);
}

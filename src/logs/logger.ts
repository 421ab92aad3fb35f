export type LogLevel = "debug" | "info" | "warn" | "error";

/** Numbers of the levels as PocketBase stores them (Go's slog). */
export const LEVELS: Readonly<Record<LogLevel, number>> = { debug: -4, info: 0, warn: 4, error: 8 };

export type LogData = Readonly<Record<string, unknown>>;

/** Receives every entry; the stored log and the terminal are two of them. */
export type LogSink = (level: LogLevel, message: string, data: LogData) => void;

/** The app's log. Never give it secrets: what it holds can be read by every superuser. */
export class Logger {
  readonly #sinks: LogSink[] = [];

  addSink(sink: LogSink): void {
    this.#sinks.push(sink);
  }

  debug(message: string, data: LogData = {}): void {
    this.#write("debug", message, data);
  }

  info(message: string, data: LogData = {}): void {
    this.#write("info", message, data);
  }

  warn(message: string, data: LogData = {}): void {
    this.#write("warn", message, data);
  }

  error(message: string, data: LogData = {}): void {
    this.#write("error", message, data);
  }

  #write(level: LogLevel, message: string, data: LogData): void {
    for (const sink of this.#sinks) sink(level, message, data);
  }
}

/** Prints entries for whoever runs the server: warnings and errors, in dev mode everything. */
export function terminalSink(dev: boolean): LogSink {
  return (level, message, data) => {
    // A refused request is the client's news, not the operator's; the stored log has it.
    if (!dev && (LEVELS[level] < LEVELS.warn || data["type"] === "request")) return;
    const details = Object.keys(data).length > 0 ? ` ${JSON.stringify(data, printable)}` : "";
    process.stderr.write(`${level.toUpperCase()} ${message}${details}\n`);
  };
}

/** Errors lose everything in JSON otherwise. */
function printable(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    return {
      message: value.message,
      stack: value.stack,
      ...(value.cause === undefined ? {} : { cause: value.cause }),
    };
  }
  return typeof value === "bigint" ? String(value) : value;
}

/** A filter, rule or sort that cannot be understood. The message never holds SQL. */
export class FilterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FilterError";
  }
}

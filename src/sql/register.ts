import type { App } from "../app.ts";
import { addSqlRoutes } from "./routes.ts";

export function registerSql(app: App): void {
  const ending = new AbortController();
  app.onTerminate().bind({
    id: "__pbSqlOnTerminate__",
    priority: -999,
    func: (event) => {
      ending.abort();
      return event.next();
    },
  });
  app.onServe().bindFunc((event) => {
    addSqlRoutes(event.router, ending.signal);
    return event.next();
  });
}

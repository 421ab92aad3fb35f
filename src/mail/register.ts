import type { App } from "../app.ts";
import { addMailRoutes } from "./routes.ts";

export function registerMail(app: App): void {
  app.onServe().bindFunc((event) => {
    addMailRoutes(event.router);
    return event.next();
  });
}

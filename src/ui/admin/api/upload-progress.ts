import { signal } from "@preact/signals";

/** How much of the running upload has been sent, from 0 to 1; undefined when none runs. */
export const uploadProgress = signal<number | undefined>(undefined);

/** `fetch` for the SDK that tells how far the upload is, which browsers' own does not. */
export function fetchWithProgress(
  url: RequestInfo | URL,
  init: RequestInit = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(init.method ?? "GET", String(url));
    new Headers(init.headers).forEach((value, name) => request.setRequestHeader(name, value));
    request.responseType = "text";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      uploadProgress.value = total > 0 ? loaded / total : 0;
    });
    request.addEventListener("loadend", () => (uploadProgress.value = undefined));
    request.addEventListener("error", () => reject(new TypeError("The server cannot be reached.")));
    request.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      const headers = { "Content-Type": request.getResponseHeader("Content-Type") ?? "" };
      resolve(new Response(status === 204 ? null : responseText, { status, headers }));
    });
    init.signal?.addEventListener("abort", () => request.abort());
    uploadProgress.value = 0;
    request.send(init.body instanceof FormData ? init.body : String(init.body ?? ""));
  });
}

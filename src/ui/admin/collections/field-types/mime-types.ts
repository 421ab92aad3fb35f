/** Groups of file types that are often wanted together. */
export const MIME_GROUPS = {
  images: ["image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp", "image/avif"],
  documents: [
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
    "text/plain",
  ],
  videos: ["video/mp4", "video/webm", "video/quicktime", "video/x-ms-wmv", "video/3gpp"],
  archives: [
    "application/zip",
    "application/x-7z-compressed",
    "application/x-rar-compressed",
    "application/gzip",
    "application/x-tar",
  ],
} as const;

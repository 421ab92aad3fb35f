/** A paid request that a vendor has taken, and what it would put on the bill for it. */
export interface BilledRequest {
  /** Empty where the vendor gives none. */
  readonly requestId: string;
  readonly prompt: string;
  /** Pictures delivered; 0 for a request that was not worked on, failed or was stopped. */
  readonly images: number;
}

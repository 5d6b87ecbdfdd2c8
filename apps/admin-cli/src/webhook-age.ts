import { spanText } from './call/span.ts';

/** When a webhook last came, as people read it; null: none that is still kept. */
export function webhookAge(secondsAgo: number | null): string {
  return secondsAgo === null ? 'none' : `${spanText(Math.max(0, secondsAgo) * 1000)} ago`;
}

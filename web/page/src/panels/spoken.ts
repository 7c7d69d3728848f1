/** A region in JSON is for programs: here a button adds it. */
export function spoken(message: string): string {
  return message.replace(/ \(--region [^)]*\)/, "").replace(/: region \{.*\}\.?$/, ".");
}

/** As `Promise.all`, but it rejects only when all have ended: whoever then removes what they wrote finds nobody writing. */
export async function allEnded<Made>(works: readonly Promise<Made>[]): Promise<Made[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

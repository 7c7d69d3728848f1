/** As `Promise.all`, but it rejects only when all have ended: whoever then removes what they wrote finds nobody writing. */
export async function allEnded<const Works extends readonly Promise<unknown>[]>(
  works: Works,
): Promise<{ -readonly [K in keyof Works]: Awaited<Works[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** Goes on for so many seconds, counted from when it is first asked: what is prepared before takes none of them, and something is always tried. */
export function within(seconds: number): () => boolean {
  let end: number | undefined;
  return () => {
    const now = performance.now();
    if (end !== undefined) return now < end;
    end = now + seconds * 1000;
    return true;
  };
}

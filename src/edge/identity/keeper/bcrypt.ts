/** Which hashes count: bcrypt of cost 10 to 16, in each of its three spellings. */
const spelling = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const least = 10;
const most = 16;

/** The cost of a hash that is checked; undefined for any other text. */
export function bcryptCost(hash: string): number | undefined {
  const cost = Number(spelling.exec(hash)?.[1]);
  return cost >= least && cost <= most ? cost : undefined;
}

/** What new hashes cost: a quarter to half a second of a core. */
export const newCost = 12;

/** What the thread is asked, and answers. */
export type Job =
  | { readonly id: number; readonly check: string; readonly hash: string }
  | { readonly id: number; readonly make: string; readonly cost: number };

export type Done = { readonly id: number } & (
  | { readonly matches: boolean }
  | { readonly hash: string }
  | { readonly fault: string }
);

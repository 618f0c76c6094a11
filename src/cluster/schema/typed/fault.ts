/** Ends decoding at once, as an error of a type's own decoder does in Go. */
export class Hard extends Error {}

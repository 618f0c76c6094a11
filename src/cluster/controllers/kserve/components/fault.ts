/** Why a component cannot be made of what its service says; `told` is what the status says of it. */
export class SpecFault extends Error {
  readonly reason: string;
  readonly told: string;

  constructor(reason: string, told: string, message = told) {
    super(message);
    this.reason = reason;
    this.told = told;
  }
}

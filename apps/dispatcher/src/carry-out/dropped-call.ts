/** This process no longer carries the call out: its lease was lost, or the process stops. Another one goes on. */
export class DroppedCall extends Error {
  constructor(why: string) {
    super(`The call is carried out by this process no longer: ${why}.`);
    this.name = 'DroppedCall';
  }
}

/** Who holds the permit when the dispatcher dials. No agent's job may call itself that. */
export const DISPATCHER_HOLDER = 'dispatcher';

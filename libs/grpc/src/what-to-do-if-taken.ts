/** What to do where an address is taken already; `setting`: the variable that names it. */
export const whatToDoIfTaken = (setting: string | undefined): string =>
  `stop what listens there, or choose another port${setting === undefined ? '' : ` by ${setting}`} (0 takes a free one).`;

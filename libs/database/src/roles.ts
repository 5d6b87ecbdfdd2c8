/** The roles that our processes log in as; they are the whole server's, whatever the schema is called. */
export const ROLES = {
  router: 'dialplane_router',
  dispatcher: 'dialplane_dispatcher',
  admin: 'dialplane_admin',
} as const;

/** `owner` migrates; the others are our processes'. */
export type DatabaseRole = 'owner' | keyof typeof ROLES;

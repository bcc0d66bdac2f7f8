/** Under this token Nest provides the `Config` of the process. */
export const CONFIG = Symbol('config');

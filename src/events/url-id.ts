/**
 * Whether an id can be part of the path of a URL. There `.` and `..` are steps even when they are escaped, and a lone
 * surrogate has no UTF-8.
 */
export const fitsInUrl = (id: string): boolean => id !== '.' && id !== '..' && !/\p{Cs}/u.test(id)

/** The boundary of a multipart (RFC 2046 §5.1.1), from its Content-Type; undefined when it is no multipart or names none. */
export function multipartBoundary(contentType: string): string | undefined {
  if (!/^multipart\//i.test(contentType)) return undefined;
  const match = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

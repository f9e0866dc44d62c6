// What of a panorama is to be seen.

/** Heading clockwise from north, pitch above the horizon, vertical field of view: degrees. */
export interface View {
  heading: number;
  pitch: number;
  fov: number;
}

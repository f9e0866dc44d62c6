// Names of the two events between the panel's script and the one in the arena's page.
export const LOOK = "homing-look";
export const LOOKED = "homing-looked";

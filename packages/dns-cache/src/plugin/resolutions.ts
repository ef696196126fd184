/** CoreDNS plugin/file/lookup.go, plugin/rewrite/cname_target.go: aliases that lead on and on are followed so far. */
export const RESOLUTIONS_MAX = 9;

class DuelPage {}

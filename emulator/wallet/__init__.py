"""Ground under paying: a ledger of sandbox money (沙箱), a loopback gateway that speaks Alipay's OpenAPI, its client."""

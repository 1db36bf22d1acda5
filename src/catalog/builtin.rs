//! The files that are compiled in, in the order of the screen. The provider without rules stands last.

/// File name and text.
pub(super) const FILES: [(&str, &str); 6] = [
    ("amazon-pay.toml", include_str!("../../assets/providers/amazon-pay.toml")),
    ("anexpay.toml", include_str!("../../assets/providers/anexpay.toml")),
    ("ansa.toml", include_str!("../../assets/providers/ansa.toml")),
    ("antom.toml", include_str!("../../assets/providers/antom.toml")),
    ("paynet.toml", include_str!("../../assets/providers/paynet.toml")),
    ("other.toml", include_str!("../../assets/providers/other.toml")),
];

//! Our own icons: 24 by 24, drawn with lines, in the colour of the text beside them. They stand
//! beside words, never in place of them, so they are hidden from screen readers.

use crate::dom::*;

/// An icon. One meaning has one icon on every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Back,
    Home,
    Phone,
    Book,
    List,
    Report,
    People,
    Person,
    Help,
    Settings,
    Hospital,
    Department,
    Doctor,
    Morning,
    Afternoon,
    Clock,
    Place,
    Check,
    Alert,
    Stop,
    Calendar,
    Onward,
    Search,
    Refresh,
    Larger,
    Up,
    Down,
}

impl Icon {
    fn paths(self) -> &'static str {
        match self {
            Self::Back => "M15 4 7 12l8 8",
            Self::Home => "M3 11l9-8 9 8M5 9.5V21h14V9.5",
            Self::Onward => "m9 4 8 8-8 8",
            Self::Phone => {
                "M6 3h4l2 5-2.5 2a12 12 0 0 0 4.5 4.5L16 12l5 2v4a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z"
            }
            Self::Book => "M5 4h14v16H5zM9 2v4M15 2v4M12 10v6M9 13h6",
            Self::List => "M5 3h14v18H5zM9 8h6M9 12h6M9 16h4",
            Self::Report => "M6 3h9l4 4v14H6zM9 16l2.5-4 2 2.5L16 11",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3.5 2.7 3.5 5.5"
            }
            Self::Person => "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
            Self::Help => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17v.1"
            }
            Self::Settings => "M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5",
            Self::Hospital => "M4 21V5h16v16M2 21h20M12 8v6M9 11h6M10 21v-3h4v3",
            Self::Department => {
                "M12 20s-8-4.5-8-10.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8 2.5C20 15.5 12 20 12 20z"
            }
            Self::Doctor => {
                "M12 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7M12 16v4M10 18h4"
            }
            Self::Morning => {
                "M12 15a4 4 0 0 0-4-4M3 18h18M12 11a4 4 0 0 1 4 4v.1M8 15v.1M12 4v3M5 8l2 2M19 8l-2 2"
            }
            Self::Afternoon => {
                "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.400 1.400M17.3 17.3l1.400 1.400M5.3 18.7l1.400-1.400M17.3 6.7l1.400-1.400"
            }
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
            Self::Place => {
                "M12 21s-7-6.5-7-11.5a7 7 0 0 1 14 0C19 14.5 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
            }
            Self::Check => "m4 12.5 5.5 5.5L20 7",
            Self::Alert => "M12 3 2 20.5h20zM12 10v4.5M12 17.5v.1",
            Self::Stop => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.600 12.600",
            Self::Calendar => "M4 5h16v16H4zM4 10h16M8 3v4M16 3v4",
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21",
            Self::Refresh => "M20 12a8 8 0 1 1-2.5-5.800M20 3v4.5h-4.5",
            Self::Up => "M12 21V4M5 11l7-7 7 7",
            Self::Down => "M12 3v17M5 13l7 7 7-7",
            Self::Larger => "M3 20 9 5l6 15M5 15h8M18 7v8M14.5 11h7",
        }
    }
}

/// Draws an icon.
pub fn icon(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.paths()></path>
        </svg>
    }
    .into_any()
}

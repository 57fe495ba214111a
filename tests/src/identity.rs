//! Resident identity numbers (GB 11643-1999) that nobody has.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// A number with this birth date and a right check digit; another one at each call.
pub fn fresh(year: u16, month: u8, day: u8) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let n = u64::try_from(now % 900_000).unwrap() + COUNT.fetch_add(1, Ordering::Relaxed);
    // A real province and city; counties and order numbers make it fresh.
    let county = 101 + n / 1000 % 20;
    let seventeen = format!("110{county:03}{year:04}{month:02}{day:02}{:03}", n % 1000);
    format!("{seventeen}{}", check_digit(&seventeen))
}

/// A number of an adult and the birth date in it; another one at each call, and in each run.
pub fn fresh_adult() -> (String, String) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let n = seconds + COUNT.fetch_add(1, Ordering::Relaxed);
    let part = |divisor: u64, most: u64| u16::try_from(n / divisor % most).unwrap();
    let (year, month, day) = (1950 + part(1, 50), 1 + part(50, 12), 1 + part(600, 28));
    let (month, day) = (u8::try_from(month).unwrap(), u8::try_from(day).unwrap());
    (
        fresh(year, month, day),
        format!("{year:04}-{month:02}-{day:02}"),
    )
}

/// ISO 7064 MOD 11-2.
pub fn check_digit(seventeen: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = seventeen
        .bytes()
        .zip(WEIGHTS)
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// The 17th digit is odd for a man.
pub fn is_male(number: &str) -> bool {
    (number.as_bytes()[16] - b'0') % 2 == 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_standards_own_example() {
        // GB 11643-1999, annex A.
        assert_eq!(super::check_digit("11010519491231002"), 'X');
    }
}

//! Numbers of identity documents: resident cards by GB 11643-1999, others by their known shape.

use contract::{FieldCode, IdType};
use jiff::civil::Date;

/// Sex as a resident card tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Odd sequence number.
    Male,
    /// Even sequence number.
    Female,
}

/// A number that has the shape of its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Normalised: half-width, capitals, no spaces. What is compared, looked up and made into ids.
    pub number: String,
    /// What a resident number tells; none for other documents.
    pub birth_date: Option<Date>,
    /// As above.
    pub sex: Option<Sex>,
}

/// Full-width ASCII (`Ａ`, `１`, `＋`, ideographic space) as ASCII.
pub(crate) fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            other => other,
        })
        .collect()
}

/// Checks a number; `today` is the hospital's, for births in the future.
///
/// The 15 digits of first-generation cards are refused (`too_short`): those cards ended on
/// 2013-01-01, and a person has a number of 18.
pub fn check(kind: IdType, text: &str, today: Date) -> Result<Identity, FieldCode> {
    let number: String = half_width(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect();
    let other = |ok: bool| {
        if ok {
            Ok(Identity {
                number: number.clone(),
                birth_date: None,
                sex: None,
            })
        } else {
            Err(FieldCode::Malformed)
        }
    };
    match kind {
        IdType::Resident => resident(number, today),
        // Fifteen characters from before 2023, or a number built as a resident's that begins with 9.
        IdType::ForeignResident if number.starts_with('9') => resident(number, today),
        IdType::ForeignResident => other(shape(&number, "AAA000000000000")),
        IdType::Passport => other(
            (5..=15).contains(&number.len())
                && number.bytes().all(|b| b.is_ascii_alphanumeric())
                && number.bytes().any(|b| b.is_ascii_digit()),
        ),
        // H or M, eight digits, and on older cards two more that count renewals.
        IdType::HkMacauPermit => other(
            number.starts_with(['H', 'M'])
                && (shape(&number, "A00000000") || shape(&number, "A0000000000")),
        ),
        IdType::TaiwanPermit => other(
            ["00000000", "0000000000", "0000000000A", "0000000000(A)"]
                .iter()
                .any(|form| shape(&number, form)),
        ),
        IdType::BirthCertificate => other(shape(&number, "A000000000")),
    }
}

/// Whether a text has a form: `A` a capital, `0` a digit, anything else itself.
fn shape(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(byte, wanted)| match wanted {
                b'A' => byte.is_ascii_uppercase(),
                b'0' => byte.is_ascii_digit(),
                itself => byte == itself,
            })
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

fn resident(number: String, today: Date) -> Result<Identity, FieldCode> {
    let bytes = number.as_bytes();
    if !bytes.iter().all(|b| b.is_ascii_digit() || *b == b'X') {
        return Err(FieldCode::Malformed);
    }
    if bytes.len() != 18 {
        return Err(if bytes.len() < 18 {
            FieldCode::TooShort
        } else {
            FieldCode::TooLong
        });
    }
    let (digits, check) = bytes.split_at(17);
    if !digits.iter().all(u8::is_ascii_digit) || digits[0] == b'0' {
        return Err(FieldCode::Malformed);
    }
    let birth_date = crate::date(&format!(
        "{}-{}-{}",
        &number[6..10],
        &number[10..12],
        &number[12..14]
    ))
    .filter(|date| date.year() >= 1880)
    .ok_or(FieldCode::NotADate)?;
    if birth_date > today {
        return Err(FieldCode::BirthDateInFuture);
    }
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(d, weight)| u32::from(d - b'0') * weight)
        .sum();
    if CHECK[sum as usize % 11] != check[0] {
        return Err(FieldCode::BadCheckDigit);
    }
    let sex = if (digits[16] - b'0') % 2 == 1 {
        Sex::Male
    } else {
        Sex::Female
    };
    Ok(Identity {
        number,
        birth_date: Some(birth_date),
        sex: Some(sex),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    fn resident(text: &str) -> Result<Identity, FieldCode> {
        check(IdType::Resident, text, TODAY)
    }

    /// Seventeen digits with their check character, worked out apart from the code under test.
    fn with_check(seventeen: &str) -> String {
        let sum: u64 = seventeen
            .bytes()
            .rev()
            .enumerate()
            .map(|(i, d)| u64::from(d - b'0') * (2u64.pow(u32::try_from(i).unwrap() + 1) % 11))
            .sum();
        let check = (12 - sum % 11) % 11;
        let last = if check == 10 {
            "X".to_owned()
        } else {
            check.to_string()
        };
        format!("{seventeen}{last}")
    }

    #[test]
    fn the_standards_own_examples() {
        // GB 11643-1999, annex: 11010519491231002X and 440524188001010014.
        let woman = resident("11010519491231002X").unwrap();
        assert_eq!(woman.birth_date, Some(date(1949, 12, 31)));
        assert_eq!(woman.sex, Some(Sex::Female));
        assert_eq!(resident("440524188001010014").unwrap().sex, Some(Sex::Male));
    }

    #[test]
    fn typed_by_hand() {
        for text in [
            "11010519491231002x",
            "１１０１０５１９４９１２３１００２Ｘ",
            " 110105 19491231\u{3000}002ｘ ",
        ] {
            assert_eq!(
                resident(text).unwrap().number,
                "11010519491231002X",
                "{text}"
            );
        }
    }

    #[test]
    fn every_wrong_check_character_is_seen() {
        for last in "0123456789".chars() {
            assert_eq!(
                resident(&format!("11010519491231002{last}")),
                Err(FieldCode::BadCheckDigit)
            );
        }
    }

    #[test]
    fn birthdays_are_days() {
        let born =
            |day: &str| resident(&with_check(&format!("110105{day}002"))).map(|i| i.birth_date);
        assert_eq!(born("20000229"), Ok(Some(date(2000, 2, 29))));
        assert_eq!(born("19000229"), Err(FieldCode::NotADate));
        assert_eq!(born("20260230"), Err(FieldCode::NotADate));
        assert_eq!(born("00010101"), Err(FieldCode::NotADate));
        assert_eq!(born("20261122"), Ok(Some(TODAY)));
        assert_eq!(born("20261123"), Err(FieldCode::BirthDateInFuture));
    }

    #[test]
    fn other_shapes() {
        assert_eq!(resident("110105491231002"), Err(FieldCode::TooShort));
        assert_eq!(resident("11010519491231002X0"), Err(FieldCode::TooLong));
        assert_eq!(resident("1101051949123100XX"), Err(FieldCode::Malformed));
        assert_eq!(resident("abc"), Err(FieldCode::Malformed));
        assert_eq!(resident(""), Err(FieldCode::TooShort));
    }

    #[test]
    fn other_documents() {
        let ok = |kind, text: &str| check(kind, text, TODAY).is_ok();
        assert!(ok(IdType::Passport, "e12345678"));
        assert!(!ok(IdType::Passport, "护照1234567"));
        assert!(!ok(IdType::Passport, "ABCDEFG"));
        assert!(ok(IdType::HkMacauPermit, "H12345678"));
        assert!(ok(IdType::HkMacauPermit, "m1234567801"));
        assert!(!ok(IdType::HkMacauPermit, "T12345678"));
        assert!(ok(IdType::TaiwanPermit, "12345678"));
        assert!(ok(IdType::TaiwanPermit, "1234567890（B）"));
        assert!(!ok(IdType::TaiwanPermit, "123456789"));
        assert!(ok(IdType::ForeignResident, "USA110195012345"));
        assert!(ok(
            IdType::ForeignResident,
            &with_check("91105119900101002")
        ));
        assert!(!ok(IdType::ForeignResident, "911051199001010020"));
        assert!(ok(IdType::BirthCertificate, "U330106123"));
        assert!(!ok(IdType::BirthCertificate, "330106123"));
    }
}

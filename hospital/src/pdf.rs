//! A page of text as PDF. Chinese is set in one of the fonts every reader brings along or
//! replaces (`STSong-Light`, ISO 32000-1, 9.7.5.2), so that no font need be embedded.

use std::fmt::Write;

/// Characters on a line; longer text goes on below.
const LINE: usize = 38;

/// An A4 page with these lines, the first two as headings.
pub fn page(lines: &[String]) -> Vec<u8> {
    let mut content = String::from("BT\n");
    let mut y = 780;
    for (number, line) in lines.iter().enumerate() {
        let size = if number < 2 { 16 } else { 11 };
        for part in wrapped(line) {
            // Writing to a String does not fail.
            let _ = writeln!(
                content,
                "/F1 {size} Tf 1 0 0 1 60 {y} Tm <{}> Tj",
                utf16_hex(&part)
            );
            y -= size + 9;
        }
    }
    content.push_str("ET");
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] \
         /Resources << /Font << /F1 4 0 R >> >> /Contents 7 0 R >>"
            .into(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UTF16-H \
         /Encoding /UniGB-UTF16-H /DescendantFonts [5 0 R] >>"
            .into(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >> \
         /FontDescriptor 6 0 R /DW 1000 /W [1 95 500] >>"
            .into(),
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 \
         /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 \
         /CapHeight 880 /StemV 93 >>"
            .into(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
    ])
}

fn wrapped(line: &str) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters
        .chunks(LINE)
        .map(|part| part.iter().collect())
        .collect()
}

fn utf16_hex(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut hex, unit| {
        let _ = write!(hex, "{unit:04X}");
        hex
    })
}

/// Objects numbered from 1, with the table of where each one begins.
fn assemble(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = file.len();
    let count = objects.len() + 1;
    let _ = write!(
        file,
        "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_points_at_the_objects() {
        let file = String::from_utf8(page(&["江州市第一人民医院".into(), "㛃".into()])).unwrap();
        let (_, table) = file.split_once("xref\n0 8\n").unwrap();
        for (number, line) in table.lines().take(8).enumerate().skip(1) {
            let offset: usize = line[..10].parse().unwrap();
            assert!(file[offset..].starts_with(&format!("{number} 0 obj")));
        }
        let (_, start) = file.rsplit_once("startxref\n").unwrap();
        let start: usize = start.lines().next().unwrap().parse().unwrap();
        assert!(file[start..].starts_with("xref"));
        assert!(file.contains("<36C3> Tj"));
    }
}

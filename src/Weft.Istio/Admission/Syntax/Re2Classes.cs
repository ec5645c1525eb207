using System.Collections.Frozen;

namespace Weft.Istio.Admission.Syntax;

/// <summary>The classes of characters that RE2 knows by name.</summary>
internal static class Re2Classes
{
    private static readonly FrozenSet<string> s_posix = FrozenSet.ToFrozenSet(
        ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit"]);

    /// <summary>General categories of Unicode, and the scripts in common use.</summary>
    private static readonly FrozenSet<string> s_unicode = FrozenSet.ToFrozenSet(
    [
        "Any", "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po",
        "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
        "Arabic", "Armenian", "Bengali", "Bopomofo", "Braille", "Cherokee", "Common", "Coptic", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati",
        "Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Inherited", "Kannada", "Katakana", "Khmer", "Lao", "Latin", "Malayalam", "Mongolian", "Myanmar", "Ogham",
        "Oriya", "Runic", "Sinhala", "Syriac", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan", "Tifinagh", "Yi",
    ]);

    public static bool IsPosix(ReadOnlySpan<char> name) => s_posix.Contains(name.TrimStart('^').ToString());

    public static bool IsUnicode(ReadOnlySpan<char> name) => s_unicode.Contains(name.ToString());
}

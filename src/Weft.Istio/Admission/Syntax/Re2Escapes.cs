using System.Globalization;

namespace Weft.Istio.Admission.Syntax;

/// <summary>Escapes of single characters.</summary>
internal static class Re2Escapes
{
    /// <summary>Reads an escape that stands for one character, from its backslash on.</summary>
    public static int Character(Re2Cursor cursor)
    {
        var start = cursor.At++;
        if (cursor.AtEnd)
        {
            throw Re2Cursor.Fail("trailing backslash at end of expression", "");
        }

        var character = cursor.Text[cursor.At++];
        switch (character)
        {
            case 'a' or 'f' or 'n' or 'r' or 't' or 'v':
                return character switch { 'a' => 7, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, _ => 11 };
            case 'x':
                return Hexadecimal(cursor, start);
            case '0':
                return Octal(cursor, 0);
            case >= '1' and <= '7' when !cursor.AtEnd && cursor.Text[cursor.At] is >= '0' and <= '7':
                return Octal(cursor, character - '0');
            case var other when other < 128 && !char.IsAsciiLetterOrDigit(other) && other != '_':
                return other;
            case '_':
                return '_';
            default:
                throw Re2Cursor.Fail("invalid escape sequence", cursor.Text[start..cursor.At]);
        }
    }

    private static int Octal(Re2Cursor cursor, int value)
    {
        for (var digits = 0; digits < 2 && !cursor.AtEnd && cursor.Text[cursor.At] is >= '0' and <= '7'; digits++)
        {
            value = (value * 8) + cursor.Text[cursor.At++] - '0';
        }

        return value;
    }

    private static int Hexadecimal(Re2Cursor cursor, int start)
    {
        if (cursor.AtEnd)
        {
            throw Re2Cursor.Fail("invalid escape sequence", cursor.Text[start..cursor.At]);
        }

        var digits = cursor.Text[cursor.At] == '{' ? Braced(cursor, start) : cursor.At + 2 <= cursor.Text.Length ? cursor.Text.Substring(cursor.At, 2) : cursor.Text[cursor.At..];
        if (digits.Length == 0 || !digits.All(char.IsAsciiHexDigit) || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value > 0x10FFFF)
        {
            throw Re2Cursor.Fail("invalid escape sequence", cursor.Text[start..Math.Min(cursor.Text.Length, cursor.At + 1)]);
        }

        cursor.At += cursor.Text[cursor.At] == '{' ? digits.Length + 2 : digits.Length;
        return value;
    }

    private static string Braced(Re2Cursor cursor, int start)
    {
        var end = cursor.Text.IndexOf('}', cursor.At);
        return end < 0 ? throw Re2Cursor.Fail("invalid escape sequence", cursor.Text[start..]) : cursor.Text[(cursor.At + 1)..end];
    }
}

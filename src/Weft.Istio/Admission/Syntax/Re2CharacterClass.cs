namespace Weft.Istio.Admission.Syntax;

/// <summary>Classes of characters: in brackets, by name, of Unicode.</summary>
internal static class Re2CharacterClass
{
    /// <summary>Reads a class in brackets, from its bracket on.</summary>
    public static void Read(Re2Cursor cursor)
    {
        var start = cursor.At++;
        if (!cursor.AtEnd && cursor.Text[cursor.At] == '^')
        {
            cursor.At++;
        }

        for (var isFirst = true; cursor.AtEnd || cursor.Text[cursor.At] != ']' || isFirst; isFirst = false)
        {
            if (!TryNamed(cursor))
            {
                ReadRange(cursor, start);
            }
        }

        cursor.At++;
    }

    private static void ReadRange(Re2Cursor cursor, int classStart)
    {
        var start = cursor.At;
        var low = Character(cursor, classStart);
        if (cursor.At + 1 < cursor.Text.Length && cursor.Text[cursor.At] == '-' && cursor.Text[cursor.At + 1] != ']')
        {
            cursor.At++;
            if (Character(cursor, classStart) < low)
            {
                throw Re2Cursor.Fail("invalid character class range", cursor.Text[start..cursor.At]);
            }
        }
    }

    /// <summary>A class with a name of its own within brackets, such as [:alpha:] or \d.</summary>
    private static bool TryNamed(Re2Cursor cursor)
    {
        var rest = cursor.Text.AsSpan(cursor.At);
        if (rest.StartsWith("[:") && rest.IndexOf(":]") is var end and > 0)
        {
            var name = rest[..(end + 2)];
            if (!Re2Classes.IsPosix(name[2..^2]))
            {
                throw Re2Cursor.Fail("invalid character class range", name.ToString());
            }

            cursor.At += name.Length;
            return true;
        }

        if (rest.Length > 1 && rest[0] == '\\' && rest[1] is 'd' or 's' or 'w' or 'D' or 'S' or 'W' && rest[0] == '\\')
        {
            cursor.At += 2;
            return true;
        }

        return TryUnicode(cursor);
    }

    /// <summary>Reads a class of Unicode, such as \pL or \p{Greek}.</summary>
    /// <returns>False where none stands.</returns>
    public static bool TryUnicode(Re2Cursor cursor)
    {
        var rest = cursor.Text.AsSpan(cursor.At);
        if (rest.Length < 2 || rest[0] != '\\' || rest[1] is not ('p' or 'P'))
        {
            return false;
        }

        if (rest.Length == 2)
        {
            throw Re2Cursor.Fail("invalid character class range", rest.ToString());
        }

        var end = rest[2] == '{' ? rest.IndexOf('}') + 1 : 3;
        if (end == 0)
        {
            throw Re2Cursor.Fail("invalid character class range", rest.ToString());
        }

        var name = rest[..end];
        if (!Re2Classes.IsUnicode(name[2..].Trim("{}").TrimStart('^')))
        {
            throw Re2Cursor.Fail("invalid character class range", name.ToString());
        }

        cursor.At += end;
        return true;
    }

    private static int Character(Re2Cursor cursor, int classStart)
    {
        if (cursor.AtEnd)
        {
            throw Re2Cursor.Fail("missing closing ]", cursor.Text[classStart..]);
        }

        return cursor.Text[cursor.At] == '\\' ? Re2Escapes.Character(cursor) : cursor.Text[cursor.At++];
    }
}

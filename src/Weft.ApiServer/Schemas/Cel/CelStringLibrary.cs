using System.Text;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Strings and regular expressions: the standard members, cel-go's strings extension, Kubernetes' find and findAll. Offsets count code points.</summary>
internal static class CelStringLibrary
{
    private const int LongestResult = 4 * 1024 * 1024;

    public static Dictionary<string, CelFunction> Functions { get; } = new(StringComparer.Ordinal)
    {
        [".contains"] = a => a is [string text, string part] ? text.Contains(part, StringComparison.Ordinal) : throw CelException.NoOverload(),
        [".startsWith"] = a => a is [string text, string part] ? text.StartsWith(part, StringComparison.Ordinal) : throw CelException.NoOverload(),
        [".endsWith"] = a => a is [string text, string part] ? text.EndsWith(part, StringComparison.Ordinal) : throw CelException.NoOverload(),
        [".lowerAscii"] = a => a is [string text] ? Map(text, char.ToLowerInvariant) : throw CelException.NoOverload(),
        [".upperAscii"] = a => a is [string text] ? Map(text, char.ToUpperInvariant) : throw CelException.NoOverload(),
        [".trim"] = a => a is [string text] ? text.Trim() : throw CelException.NoOverload(),
        [".reverse"] = a => a is [string text] ? Join(Points(text).Reverse()) : throw CelException.NoOverload(),
        [".charAt"] = a => a is [string text, long at] ? Slice(text, at, Math.Min(at + 1, Length(text)), at) : throw CelException.NoOverload(),
        [".substring"] = a => a switch
        {
            [string text, long start] => Slice(text, start, Length(text), start),
            [string text, long start, long end] => start > end ? throw new CelException($"invalid substring range. start: {start}, end: {end}") : Slice(text, start, end, end),
            _ => throw CelException.NoOverload(),
        },
        [".replace"] = a => a switch
        {
            [string text, string old, string wanted] => Replace(text, old, wanted, -1),
            [string text, string old, string wanted, long most] => Replace(text, old, wanted, most),
            _ => throw CelException.NoOverload(),
        },
        [".split"] = a => a switch
        {
            [string text, string separator] => Split(text, separator, -1),
            [string text, string separator, long most] => Split(text, separator, most),
            _ => throw CelException.NoOverload(),
        },
        [".join"] = a => a switch
        {
            [CelList list] => Joined(list, ""),
            [CelList list, string separator] => Joined(list, separator),
            _ => throw CelException.NoOverload(),
        },
        [".find"] = a => a is [string text, string pattern] ? CelStandardLibrary.Pattern(pattern).Match(text).Value : throw CelException.NoOverload(),
        [".findAll"] = a => a switch
        {
            [string text, string pattern] => FindAll(text, pattern, -1),
            [string text, string pattern, long most] => FindAll(text, pattern, most),
            _ => throw CelException.NoOverload(),
        },
    };

    public static long Length(string text) => text.EnumerateRunes().Count();

    /// <summary>Position in code points of the first or last occurrence from an offset; -1 when there is none.</summary>
    public static long IndexOf(string text, string part, bool last, long? from)
    {
        var points = Points(text);
        if (from is < 0 || from > points.Length) throw new CelException($"index out of range: {from}");
        var wanted = Points(part);
        var end = points.Length - wanted.Length;
        var start = last ? Math.Min(from ?? end, end) : from ?? 0;
        for (var i = start; last ? i >= 0 : i <= end; i += last ? -1 : 1)
            if (points.AsSpan((int)i, wanted.Length).SequenceEqual(wanted)) return i;
        return -1;
    }

    private static Rune[] Points(string text) => [.. text.EnumerateRunes()];

    private static string Join(IEnumerable<Rune> points) => string.Concat(points.Select(p => p.ToString()));

    private static string Map(string text, Func<char, char> map) => string.Concat(text.Select(c => char.IsAscii(c) ? map(c) : c));

    private static string Slice(string text, long start, long end, long named)
    {
        var points = Points(text);
        if (start < 0 || start > points.Length || end < 0 || end > points.Length) throw new CelException($"index out of range: {named}");
        return Join(points[(int)start..(int)end]);
    }

    private static string Replace(string text, string old, string wanted, long most)
    {
        if (most == 0) return text;
        var result = new StringBuilder();
        var at = 0;
        while (most != 0)
        {
            var found = old.Length == 0 ? at : text.IndexOf(old, at, StringComparison.Ordinal);
            if (found < 0 || (old.Length == 0 && at > text.Length)) break;
            result.Append(text, at, found - at).Append(wanted);
            if (result.Length > LongestResult) throw new CelException("operation cancelled: actual cost limit exceeded");
            at = found + old.Length;
            most--;
            if (old.Length > 0) continue;
            if (at >= text.Length) return result.ToString();
            result.Append(text[at++]);
        }

        return at < text.Length ? result.Append(text, at, text.Length - at).ToString() : result.ToString();
    }

    private static CelList Split(string text, string separator, long most)
    {
        if (most == 0) return new CelList([]);
        if (separator.Length == 0) return new CelList([.. Points(text).Select(p => (object?)p.ToString())]);
        return new CelList([.. text.Split(separator, most < 0 ? int.MaxValue : (int)Math.Min(most, int.MaxValue))]);
    }

    private static string Joined(CelList list, string separator) =>
        string.Join(separator, list.Items.Select(i => i as string ?? throw CelException.NoOverload()));

    private static CelList FindAll(string text, string pattern, long most) =>
        new([.. CelStandardLibrary.Pattern(pattern).Matches(text).Take(most < 0 ? int.MaxValue : (int)Math.Min(most, int.MaxValue)).Select(m => (object?)m.Value)]);
}

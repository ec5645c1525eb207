using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Weft.Observability.Metrics.Embedded;

internal enum ExpositionLine
{
    End,
    Sample,
    Type,
    Help,
    Unit,
}

/// <summary>
/// Reads the Prometheus text format 0.0.4 and OpenMetrics 1.0, one line after the other, from any bytes. Throws
/// <see cref="FormatException"/> with the line's number for what is neither.
/// </summary>
internal ref struct ExpositionReader(ReadOnlySpan<byte> body, bool isOpenMetrics)
{
    private ReadOnlySpan<byte> _rest = body;
    private int _line;

    /// <summary>Of a sample: name and labels as written.</summary>
    public ReadOnlySpan<byte> Series { get; private set; }

    public double Value { get; private set; }

    /// <summary>Of a sample: its own time in milliseconds, if it states one.</summary>
    public long? Timestamp { get; private set; }

    /// <summary>Of metadata: which metric, and the text.</summary>
    public ReadOnlySpan<byte> MetricName { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    public ExpositionLine Next()
    {
        while (!_rest.IsEmpty)
        {
            _line++;
            var end = _rest.IndexOf((byte)'\n');
            var line = (end < 0 ? _rest : _rest[..end]).Trim(" \t\r"u8);
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (line.IsEmpty)
                continue;
            if (line[0] != '#')
            {
                ReadSample(line);
                return ExpositionLine.Sample;
            }

            if (isOpenMetrics && line.SequenceEqual("# EOF"u8))
                return ExpositionLine.End;
            if (ReadMetadata(line) is { } kind)
                return kind;
        }

        return ExpositionLine.End;
    }

    /// <summary>Takes name and labels of a sample apart.</summary>
    public static LabelSetBuilder ReadLabels(ReadOnlySpan<byte> series, Utf8Pool pool)
    {
        var labels = new LabelSetBuilder(16);
        var brace = series.IndexOf((byte)'{');
        var name = brace < 0 ? series : series[..brace].Trim(" \t"u8);
        if (!IsName(name, allowColon: true))
            throw new FormatException($"invalid metric name {Show(name)}");
        labels.Set(LabelSet.MetricNameLabel, pool.Get(name));
        if (brace >= 0)
            ReadPairs(series[(brace + 1)..^1], labels, pool);
        return labels;
    }

    private static void ReadPairs(ReadOnlySpan<byte> text, LabelSetBuilder labels, Utf8Pool pool)
    {
        text = text.Trim(" \t"u8);
        while (!text.IsEmpty)
        {
            var equal = text.IndexOf((byte)'=');
            var name = equal < 0 ? text : text[..equal].Trim(" \t"u8);
            if (equal < 0 || !IsName(name, allowColon: false))
                throw new FormatException($"invalid label name {Show(name)}");
            text = text[(equal + 1)..].TrimStart(" \t"u8);
            var length = QuotedLength(text);
            if (length == 0)
                throw new FormatException($"label {Show(name)} has no quoted value");
            var key = pool.Get(name);
            if (labels.Contains(key))
                throw new FormatException($"label {Show(name)} stands twice");
            labels.Set(key, Unescape(text[1..(length - 1)], pool));
            text = text[length..].TrimStart(" \t"u8);
            if (text.IsEmpty)
                return;
            if (text[0] != ',')
                throw new FormatException("expected a comma between labels");
            text = text[1..].TrimStart(" \t"u8);
        }
    }

    // Including both quotes; 0 when there is no such text.
    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '"')
            return 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1;
        }

        return 0;
    }

    private static string Unescape(ReadOnlySpan<byte> text, Utf8Pool pool)
    {
        if (!Utf8.IsValid(text))
            throw new FormatException("invalid UTF-8 in a label value");
        if (!text.Contains((byte)'\\'))
            return pool.Get(text);
        var plain = new byte[text.Length];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is (byte)'\\' or (byte)'"' or (byte)'n')
                plain[count++] = text[++i] == 'n' ? (byte)'\n' : text[i];
            else
                plain[count++] = text[i];
        }

        return pool.Get(plain.AsSpan(0, count));
    }

    private static bool IsName(ReadOnlySpan<byte> name, bool allowColon)
    {
        if (name.IsEmpty || char.IsAsciiDigit((char)name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c != '_' && !(allowColon && c == ':'))
                return false;
        }

        return true;
    }

    private static string Show(ReadOnlySpan<byte> text) => PromText.Quote(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 100)]));

    private readonly FormatException Error(string message) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {_line}: {message}"));

    private void ReadSample(ReadOnlySpan<byte> line)
    {
        var length = SeriesLength(line);
        if (length <= 0)
            throw Error($"no series in {Show(line)}");
        Series = line[..length];
        var rest = line[length..].TrimStart(" \t"u8);
        // What follows a number sign is an exemplar.
        if (rest.IndexOf((byte)'#') is var exemplar and >= 0)
            rest = rest[..exemplar].TrimEnd(" \t"u8);
        var space = rest.IndexOfAny((byte)' ', (byte)'\t');
        Value = ReadValue(space < 0 ? rest : rest[..space]);
        Timestamp = space < 0 ? null : ReadTimestamp(rest[space..].Trim(" \t"u8));
    }

    private static int SeriesLength(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny((byte)'{', (byte)' ', (byte)'\t');
        if (end < 0 || line[end..].TrimStart(" \t"u8) is not [(byte)'{', ..])
            return end;
        // The brace that closes is the first outside quotes.
        var quoted = false;
        for (var i = end; i < line.Length; i++)
        {
            if (quoted && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == '}' && !quoted)
                return i + 1;
        }

        return -1;
    }

    private readonly double ReadValue(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out double value, out var consumed) && consumed == text.Length && (char.IsAsciiDigit((char)text[^1]) || text[^1] == '.'))
            return value;
        Span<char> chars = stackalloc char[32];
        if (text.Length <= chars.Length && Encoding.Latin1.TryGetChars(text, chars, out var count) && PromText.TryParseNumber(chars[..count], out value))
            return value;
        throw Error($"{Show(text)} is not a value");
    }

    private readonly long ReadTimestamp(ReadOnlySpan<byte> text)
    {
        if (isOpenMetrics)
        {
            var seconds = ReadValue(text);
            return Math.Abs(seconds) < long.MaxValue / 1000d ? (long)Math.Round(seconds * 1000) : throw Error($"{Show(text)} is not a timestamp");
        }

        return Utf8Parser.TryParse(text, out long milliseconds, out var consumed) && consumed == text.Length
            ? milliseconds
            : throw Error($"{Show(text)} is not a timestamp");
    }

    private ExpositionLine? ReadMetadata(ReadOnlySpan<byte> line)
    {
        var rest = line[1..].TrimStart(" \t"u8);
        var kind = rest.StartsWith("TYPE "u8) ? ExpositionLine.Type
            : rest.StartsWith("HELP "u8) ? ExpositionLine.Help
            : rest.StartsWith("UNIT "u8) ? ExpositionLine.Unit
            : ExpositionLine.End;
        if (kind == ExpositionLine.End)
            return null;
        rest = rest[5..].TrimStart(" \t"u8);
        var space = rest.IndexOfAny((byte)' ', (byte)'\t');
        MetricName = space < 0 ? rest : rest[..space];
        Text = space < 0 ? default : rest[space..].Trim(" \t"u8);
        return kind;
    }
}

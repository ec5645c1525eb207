using System.Globalization;
using System.Text;

namespace Weft.Observability.Traces.Tempo;

/// <summary>A search as TraceQL: one span that has it all, as <see cref="TraceQuery"/> says.</summary>
internal static class TempoQuery
{
    public static string Of(TraceQuery query)
    {
        var conditions = new List<string> { $"resource.service.name = {Quoted(query.Service)}" };
        if (query.Operation is { } operation)
            conditions.Add($"name = {Quoted(operation)}");
        conditions.AddRange(query.Tags.Select(Condition));
        if (query.MinDuration is { } min)
            conditions.Add($"duration >= {GoDuration.Format(min)}");
        if (query.MaxDuration is { } max)
            conditions.Add($"duration <= {GoDuration.Format(max)}");
        return $"{{ {string.Join(" && ", conditions)} }}";
    }

    private static string Condition(KeyValuePair<string, string> tag)
    {
        // Jaeger's tag is OTLP's status.
        if (tag is { Key: SpanTags.Error, Value: "true" })
            return "(status = error || .error = \"true\" || .error = true)";
        var name = $".{AttributeName(tag.Key)}";
        var text = $"{name} = {Quoted(tag.Value)}";
        // Values have types in TraceQL and none in the search: 500 may be a number or a text.
        var isOther = tag.Value is "true" or "false" || double.TryParse(tag.Value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        return isOther ? $"({text} || {name} = {tag.Value})" : text;
    }

    private static string AttributeName(string key) =>
        key.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '/' or ':') && key.Length > 0 ? key : Quoted(key);

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            if (character is '"' or '\\')
                text.Append('\\');
            text.Append(character == '\n' ? "\\n" : character.ToString());
        }

        return text.Append('"').ToString();
    }
}

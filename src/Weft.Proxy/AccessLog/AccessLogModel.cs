using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.AccessLog;

/// <summary>One configured access log: its format, and the responses it is limited to.</summary>
internal sealed record AccessLogModel
{
    /// <summary>Null for JSON.</summary>
    public required ImmutableArray<AccessLogPart>? Text { get; init; }

    public required ImmutableArray<(string Key, ImmutableArray<AccessLogPart> Value)> Json { get; init; }

    /// <summary>Only entries with one of these flags are logged; null logs all.</summary>
    public required ImmutableHashSet<string>? OnlyFlags { get; init; }

    /// <summary>The line, or null when this entry is not to be logged.</summary>
    public string? Format(AccessLogEntry entry)
    {
        if (OnlyFlags is not null && !ResponseFlagText.Of(entry.Flags).Split(',').Any(OnlyFlags.Contains))
        {
            return null;
        }

        return Text is { } parts ? FormatText(parts, entry).TrimEnd('\n') : FormatJson(entry);
    }

    private static string FormatText(ImmutableArray<AccessLogPart> parts, AccessLogEntry entry)
    {
        var text = new StringBuilder(512);
        foreach (var part in parts)
        {
            text.Append(part.Literal ?? part.Value!(entry) ?? "-");
        }

        return text.ToString();
    }

    private string FormatJson(AccessLogEntry entry)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, parts) in Json)
            {
                json.WritePropertyName(key);
                WriteValue(json, parts, entry);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // A value that is one operator alone keeps its type; missing values are null.
    private static void WriteValue(Utf8JsonWriter json, ImmutableArray<AccessLogPart> parts, AccessLogEntry entry)
    {
        if (parts is not [{ Value: { } single } part])
        {
            json.WriteStringValue(FormatText(parts, entry));
            return;
        }

        var value = single(entry);
        if (value is null)
        {
            json.WriteNullValue();
        }
        else if (part.IsNumber && long.TryParse(value, out var number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(value);
        }
    }
}

/// <summary>A literal piece of a format, or an operator.</summary>
internal sealed record AccessLogPart(string? Literal, Func<AccessLogEntry, string?>? Value, bool IsNumber);

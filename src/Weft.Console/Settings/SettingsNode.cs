using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Weft.Console.Settings;

/// <summary>A place in a configuration with the way to it. What is not there, or null, has the value that the reader names; what is of another kind is refused.</summary>
internal readonly partial record struct SettingsNode(JsonNode? Content, string Path)
{
    /// <summary>A field; of what is not there nothing is there.</summary>
    public SettingsNode this[string name] => Content switch
    {
        null => new SettingsNode(null, Below(name)),
        JsonObject fields => new SettingsNode(fields[name], Below(name)),
        _ => throw Wrong("a map"),
    };

    public string Text(string otherwise) => Content switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number => value.ToString(),
        _ => throw Wrong("a text"),
    };

    public bool Flag(bool otherwise) => Content switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => throw Wrong("true or false"),
    };

    public double Number(double otherwise) => Content is null ? otherwise
        : double.TryParse(Text(""), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : throw Wrong("a number");

    /// <summary>One of some words.</summary>
    public string Word(string otherwise, params string[] words) => Text(otherwise) is var word && words.Contains(word) ? word : throw Wrong($"one of {string.Join(", ", words)}");

    /// <summary>As Go writes durations in configuration: <c>90s</c>, <c>5m</c>, <c>1h30m</c>; more than nothing.</summary>
    public TimeSpan Duration(TimeSpan otherwise)
    {
        if (Content is null)
        {
            return otherwise;
        }

        var text = Whole().Match(Text(""));
        var length = TimeSpan.FromSeconds((Part(text, "h") * 3600) + (Part(text, "m") * 60) + Part(text, "s"));
        return text.Success && length > TimeSpan.Zero ? length : throw Wrong("a duration as in 90s or 5m");

        static double Part(Match text, string unit) => text.Groups[unit] is { Success: true } part ? double.Parse(part.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>An address of the web; null where there is none.</summary>
    public Uri? Address() => Text("") is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw Wrong("an address that begins with http:// or https://");

    /// <summary>What is in a list; null where there is no list.</summary>
    public ImmutableArray<T>? List<T>(Func<SettingsNode, T> read)
    {
        var path = Path;
        return Content switch
        {
            null => null,
            JsonArray items => [.. items.Select((item, i) => read(new SettingsNode(item, $"{path}[{i}]")))],
            _ => throw Wrong("a list"),
        };
    }

    /// <summary>What is in a map of texts, in its order; nothing where there is none.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Texts()
    {
        var node = this;
        return Content switch
        {
            null => [],
            JsonObject fields => [.. fields.Select(field => KeyValuePair.Create(field.Key, node[field.Key].Text("")))],
            _ => throw Wrong("a map"),
        };
    }

    public SettingsException Wrong(string expected) => new(Path, $"{Content?.ToJsonString() ?? "nothing"} is not {expected}");

    private string Below(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    [GeneratedRegex("^((?<h>[0-9]{1,6})h)?((?<m>[0-9]{1,6})m)?((?<s>[0-9]{1,6})s)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();
}

using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Weft.ApiServer.Schemas;

/// <summary>The OpenAPI checks of one value, without its members: bounds, patterns, formats, enumerations.</summary>
internal static class ValueRules
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(200);

    public static void Check(JsonNode value, JsonObject schema, string path, List<FieldError> errors)
    {
        switch (value)
        {
            case JsonObject map:
                Bound(map.Count, schema, "minProperties", "maxProperties", path, "properties", errors);
                break;
            case JsonArray list:
                Bound(list.Count, schema, "minItems", "maxItems", path, "items", errors);
                if (schema.Flag("uniqueItems") == true && list.Where((x, i) => list.Take(i).Any(y => JsonNode.DeepEquals(x, y))).Any())
                    errors.Add(FieldError.Invalid(path, "\"\"", $"{path} in body shouldn't contain duplicates"));
                break;
            default:
                if (value.GetValueKind() == JsonValueKind.String) Text(value.GetValue<string>(), schema, path, errors);
                else if (value.GetValueKind() == JsonValueKind.Number) Number(value, schema, path, errors);
                break;
        }

        if (schema.Array("enum") is { } allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value)))
            errors.Add(FieldError.NotSupported(path, Shown(value), allowed.Select(a => a?.ToString() ?? "null")));
    }

    private static void Number(JsonNode value, JsonObject schema, string path, List<FieldError> errors)
    {
        var number = JsonAccess.Real(value);
        var shown = Shown(value);
        if (schema["minimum"] is { } low && (schema.Flag("exclusiveMinimum") == true ? number <= JsonAccess.Real(low) : number < JsonAccess.Real(low)))
            errors.Add(FieldError.Invalid(path, shown, $"{path} in body should be greater than{(schema.Flag("exclusiveMinimum") == true ? "" : " or equal to")} {low.ToJsonString()}"));
        if (schema["maximum"] is { } high && (schema.Flag("exclusiveMaximum") == true ? number >= JsonAccess.Real(high) : number > JsonAccess.Real(high)))
            errors.Add(FieldError.Invalid(path, shown, $"{path} in body should be less than{(schema.Flag("exclusiveMaximum") == true ? "" : " or equal to")} {high.ToJsonString()}"));
        if (schema["multipleOf"] is { } step && JsonAccess.Real(step) is var by and > 0 && Math.Abs((number / by) - Math.Round(number / by)) > 1e-9)
            errors.Add(FieldError.Invalid(path, shown, $"{path} in body should be a multiple of {step.ToJsonString()}"));
    }

    private static void Text(string text, JsonObject schema, string path, List<FieldError> errors)
    {
        var quoted = Shown(JsonValue.Create(text));
        var length = text.EnumerateRunes().Count();
        if (schema.Number("maxLength") is { } longest && length > longest)
            errors.Add(new FieldError(path, "FieldValueTooLong", $"Too long: may not be more than {longest.ToString(CultureInfo.InvariantCulture)} bytes"));
        else if (schema.Number("minLength") is { } shortest && length < shortest)
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body should be at least {shortest.ToString(CultureInfo.InvariantCulture)} chars long"));
        else if (schema.Text("pattern") is { } pattern && !Matches(text, pattern))
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body should match '{pattern}'"));
        if (schema.Text("format") is { } format && !FitsFormat(text, format))
            errors.Add(FieldError.TypeInvalid(path, quoted, $"{path} in body must be of type {format}: {quoted}"));
    }

    /// <summary>Unknown formats fit everything.</summary>
    private static bool FitsFormat(string text, string format) => format switch
    {
        "date-time" or "datetime" => Cel.CelTime.TryTimestamp(text, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "duration" => Cel.CelTime.TryDuration(text, out _),
        "uuid" => Guid.TryParse(text, out _),
        "ipv4" => text.Count('.') == 3 && IPAddress.TryParse(text, out _),
        "ipv6" => text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out _),
        "cidr" => text.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(text, out _),
        "email" => MailAddress.TryCreate(text, out var mail) && mail.Address == text,
        "hostname" => text.Length is > 0 and < 254 && Uri.CheckHostName(text) == UriHostNameType.Dns,
        "uri" => Cel.CelUrl.Parse(text).Url is not null,
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        _ => true,
    };

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static void Bound(int count, JsonObject schema, string least, string most, string path, string what, List<FieldError> errors)
    {
        if (schema.Number(least) is { } low && count < low)
            errors.Add(FieldError.Invalid(path, count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {low.ToString(CultureInfo.InvariantCulture)} {what}"));
        if (schema.Number(most) is { } high && count > high)
            errors.Add(new FieldError(path, "FieldValueTooMany", $"Too many: {count.ToString(CultureInfo.InvariantCulture)}: must have at most {high.ToString(CultureInfo.InvariantCulture)} items"));
    }

    private static string Shown(JsonNode? value) => Encoding.UTF8.GetString(JsonText.Write(value));
}

using System.Text.Json;

namespace Weft.Observability.Metrics;

/// <summary>Steps of a reader over one whole answer. What does not fit is a <see cref="JsonException"/>.</summary>
internal static class JsonTokens
{
    public static void Next(ref Utf8JsonReader json)
    {
        if (!json.Read())
            throw new JsonException("the answer ends too early");
    }

    public static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (json.TokenType != type)
            ThrowUnexpected(ref json, type);
    }

    public static void EndArray(ref Utf8JsonReader json)
    {
        Next(ref json);
        Expect(ref json, JsonTokenType.EndArray);
    }

    /// <summary>Leaves the reader on a property's name; false at the end of the object.</summary>
    public static bool NextName(ref Utf8JsonReader json)
    {
        Next(ref json);
        return json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Leaves the reader on the property's value.</summary>
    public static bool NextProperty(ref Utf8JsonReader json, out string name)
    {
        name = "";
        if (!NextName(ref json))
            return false;
        name = Text(ref json);
        Next(ref json);
        return true;
    }

    public static string Text(ref Utf8JsonReader json)
    {
        // Broken UTF-8 or a lone surrogate inside a string is the store's fault, not ours.
        try
        {
            return json.GetString() ?? "";
        }
        catch (InvalidOperationException cause)
        {
            throw new JsonException(cause.Message, cause);
        }
    }

    private static void ThrowUnexpected(ref Utf8JsonReader json, JsonTokenType type) =>
        throw new JsonException($"expected {type}, found {json.TokenType} at byte {json.TokenStartIndex}");
}

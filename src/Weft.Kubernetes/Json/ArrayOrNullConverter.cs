using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Json;

/// <summary>Reads <c>null</c> as an empty array, as the Kubernetes API does. The built-in converter refuses it.</summary>
internal sealed class ArrayOrNullConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter?)Activator.CreateInstance(typeof(ArrayOrNullConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()));
}

internal sealed class ArrayOrNullConverter<T> : JsonConverter<ImmutableArray<T>>
{
    public override bool HandleNull => true;

    public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("an array is expected");
        }

        var element = options.TypeInfoOf<T>();
        var items = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(JsonSerializer.Deserialize(ref reader, element) ?? throw new JsonException("an element of the array is null"));
        }

        return items.DrainToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options)
    {
        var element = options.TypeInfoOf<T>();
        writer.WriteStartArray();
        foreach (var item in value.IsDefault ? [] : value)
        {
            JsonSerializer.Serialize(writer, item, element);
        }

        writer.WriteEndArray();
    }
}

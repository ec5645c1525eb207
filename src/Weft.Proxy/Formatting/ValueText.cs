using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.Formatting;

/// <summary>Metadata values as text: strings as they are, all else as compact JSON.</summary>
internal static class ValueText
{
    public static string? Of(Value? value) => value?.KindCase switch
    {
        null or Value.KindOneofCase.None or Value.KindOneofCase.NullValue => null,
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NumberValue => Number(value.NumberValue),
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        _ => Json(value),
    };

    public static string Number(double number) => number.ToString(number == Math.Truncate(number) && Math.Abs(number) < 1e15 ? "F0" : "R", CultureInfo.InvariantCulture);

    public static string Json(Value value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                json.WriteRawValue(Number(value.NumberValue));
                break;
            case Value.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.StructValue:
                json.WriteStartObject();
                foreach (var (key, field) in value.StructValue.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(key);
                    Write(json, field);
                }

                json.WriteEndObject();
                break;
            case Value.KindOneofCase.ListValue:
                json.WriteStartArray();
                foreach (var item in value.ListValue.Values)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}

using System.Globalization;
using System.Text;

namespace Weft.Proxy.Stats;

/// <summary>The Prometheus text exposition format 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes a label value: backslash, quote and line feed are escaped.</summary>
    public static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var character in value)
        {
            switch (character)
            {
                case '\\':
                    text.Append("\\\\");
                    break;
                case '"':
                    text.Append("\\\"");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }
    }

    /// <summary>Writes one more label, with a comma before it unless it is the first.</summary>
    public static void AppendLabel(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        text.Append(name).Append("=\"");
        AppendEscaped(text, value);
        text.Append('"');
    }

    public static void AppendFamily(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public static void AppendSample(StringBuilder text, string name, string labels, long value) =>
        text.Append(name).Append('{').Append(labels).Append("} ").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    public static void AppendHistogram(StringBuilder text, string name, string labels, Histogram histogram)
    {
        long total = 0;
        var bounds = histogram.Bounds.Labels;
        for (var bucket = 0; bucket <= bounds.Length; bucket++)
        {
            total += histogram.CountOf(bucket);
            var bound = bucket < bounds.Length ? bounds[bucket] : "+Inf";
            text.Append(name).Append("_bucket{").Append(labels).Append(",le=\"").Append(bound).Append("\"} ")
                .Append(total.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        text.Append(name).Append("_sum{").Append(labels).Append("} ").Append(histogram.Sum.ToString(CultureInfo.InvariantCulture)).Append('\n');
        text.Append(name).Append("_count{").Append(labels).Append("} ").Append(total.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}

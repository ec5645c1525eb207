namespace Weft.Kubernetes.Yaml;

/// <summary>Text that is not YAML, or YAML that JSON cannot say. The message names the line.</summary>
public sealed class YamlFormatException(string message, long line, Exception? inner = null)
    : Exception($"yaml: line {line}: {message}", inner)
{
    /// <summary>Counted from 1.</summary>
    public long Line { get; } = line;
}

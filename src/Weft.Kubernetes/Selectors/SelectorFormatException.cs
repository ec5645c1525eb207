namespace Weft.Kubernetes.Selectors;

/// <summary>A selector that cannot be read; the message is Kubernetes' own.</summary>
public sealed class SelectorFormatException(string message) : FormatException(message);

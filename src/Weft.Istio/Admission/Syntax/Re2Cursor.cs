namespace Weft.Istio.Admission.Syntax;

/// <summary>A place in an expression that is being read.</summary>
internal sealed class Re2Cursor(string text)
{
    public string Text { get; } = text;

    public int At { get; set; }

    public bool AtEnd => At >= Text.Length;

    /// <summary>An error in the words of Go's parser.</summary>
    /// <param name="where">The part of the expression that it is about.</param>
    public static Re2Exception Fail(string problem, string where) => new($"error parsing regexp: {problem}: `{where}`");
}

/// <summary>An expression is none of RE2's.</summary>
internal sealed class Re2Exception(string message) : Exception(message);

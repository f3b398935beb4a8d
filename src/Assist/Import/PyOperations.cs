using System.Globalization;
using System.Text;

namespace Assist.Import;

/// <summary>The few operations a configuration uses. Null where the values do not go together.</summary>
internal static class PyOperations
{
    public static PyValue? Add(PyValue left, PyValue right, bool subtract) => (left, right) switch
    {
        (PyNumber a, PyNumber b) => Number(a.At, subtract ? (Int128)a.Value - b.Value : (Int128)a.Value + b.Value),
        (PyText a, PyText b) when !subtract => new PyText(a.At, a.Value + b.Value),
        (PyList a, PyList b) when !subtract => new PyList(a.At, [.. a.Items, .. b.Items]),
        _ => null,
    };

    public static PyValue? Multiply(PyNumber left, PyNumber right) =>
        Number(left.At, (Int128)left.Value * right.Value);

    /// <summary>'...%d...' % value, with %s, %d, %i and %%.</summary>
    public static PyText? Format(PyText format, PyValue right)
    {
        var values = new Queue<PyValue>(right is PyList list ? list.Items : [right]);
        var text = new StringBuilder();
        for (var i = 0; i < format.Value.Length; i++)
        {
            if (format.Value[i] != '%')
            {
                text.Append(format.Value[i]);
                continue;
            }
            var kind = ++i < format.Value.Length ? format.Value[i] : '\0';
            if (kind == '%') text.Append('%');
            else if (kind is 's' or 'd' or 'i' && values.TryDequeue(out var value) && Show(value) is { } shown)
                text.Append(shown);
            else return null;
        }
        return values.Count == 0 ? new PyText(format.At, text.ToString()) : null;
    }

    private static string? Show(PyValue value) => value switch
    {
        PyText text => text.Value,
        PyNumber number => number.Value.ToString(CultureInfo.InvariantCulture),
        PyDecimal number => number.Text,
        _ => null,
    };

    private static PyNumber? Number(PyPosition at, Int128 value) =>
        value >= long.MinValue && value <= long.MaxValue ? new PyNumber(at, (long)value) : null;
}

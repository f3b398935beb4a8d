from config_common import *
import logging  # a comment
SYSLOG_PORT, EAPI = 9514, {'HOST': "h" + 'i', "b": [1, -2, 0x1F, 1.5e3, True, None]}
BYPASS_TIMEOUT = 60 * 5 - 1 // 2 % 3 ** 2
TEXT = r'\d+' u'\u00e9' """three
lines""" % ('a',)
if __name__ == '__main__':
    main()
def f(a):
    return a
MATCH_TUPLE = ('srcip', "dstip",)
A = B = [x for x in range(3)]
